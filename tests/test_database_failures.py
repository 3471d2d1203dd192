"""What a driver's error comes to: a sentence of ours for every cause that a shop may meet, in both languages."""

import socket
import ssl
import threading
from contextlib import closing, contextmanager, suppress

import psycopg
import pymysql
import pytest
from sqlalchemy.engine import make_url

from core.database import open_database
from core.database.failures import MEANINGS, SQLITE, WORDS, explain_failure
from core.errors import DatabaseError
from core.i18n import LANGUAGES, area_texts, tr
from tests.certificates import HERE, make_certificates
from tests.customer_sheets import people, request, sheet
from tests.parts import require
from tests.servers import MariaDBServer, free_port

URL = make_url("postgresql://zoe@serveur/caisse")
SOCKET = 'connection failed: connection to server at "10.0.0.5", port 5432 failed: '

CONNECTING = [  # what PostgreSQL's client library says, which gives no code while it connects
    ("failed to resolve host 'absent.exemple': [Errno -2] Name or service not known", "unknown_host"),
    ('could not translate host name "absent.exemple" to address: Hôte inconnu', "unknown_host"),
    (
        SOCKET + "Connection refused\n\tIs the server running on that host?",
        "unreachable",
    ),
    ("connection timeout expired", "unreachable"),
    (SOCKET + 'FATAL:  password authentication failed for user "zoe"', "wrong_password"),
    (SOCKET + "FATAL:  authentification par mot de passe échouée pour l'utilisateur  « zoe »", "wrong_password"),
    (SOCKET + "FATAL:  authentification par mot de passe �chou�e pour l'utilisateur  � zoe �", "wrong_password"),
    (SOCKET + "fe_sendauth: no password supplied", "wrong_password"),
    (SOCKET + 'FATAL:  role "zoe" does not exist', "wrong_password"),
    (SOCKET + "FATAL:  le rôle « zoe » n'existe pas", "wrong_password"),
    (SOCKET + "FATAL:  le r�le � zoe � n'existe pas", "wrong_password"),
    (SOCKET + 'FATAL:  database "caisse" does not exist', "no_such_base"),
    (SOCKET + "FATAL:  la base de données « caisse » n'existe pas", "no_such_base"),
    (SOCKET + 'FATAL:  no pg_hba.conf entry for host "10.0.0.9", user "zoe", database "caisse"', "not_admitted"),
    (SOCKET + "FATAL:  aucune entrée dans pg_hba.conf pour l'hôte « 10.0.0.9 »", "not_admitted"),
    (SOCKET + "FATAL:  sorry, too many clients already", "crowded"),
    (SOCKET + "FATAL:  désolé, trop de clients sont déjà connectés", "crowded"),
    (SOCKET + "FATAL:  the database system is starting up", "starting"),
    (SOCKET + "FATAL:  the database system is shutting down", "starting"),
    (SOCKET + "FATAL:  le système de bases de données se lance", "starting"),
    (SOCKET + "server does not support SSL, but SSL was required", "tls_absent"),
    (SOCKET + 'server certificate for "autre.fr" does not match host name "serveur"', "tls_name"),
    (SOCKET + "SSL error: certificate verify failed", "tls_unverified"),
    ('root certificate file "/nulle/part" does not exist', "no_certificate"),
    ("consuming input failed: server closed the connection unexpectedly", "lost"),
    ("the connection is lost", "lost"),
]
NUMBERED = [
    (
        pymysql.err.OperationalError(1045, "Access denied for user 'zoe'@'10.0.0.9'"),
        "wrong_password",
    ),
    (pymysql.err.OperationalError(1130, "Host '10.0.0.9' is not allowed to connect"), "not_admitted"),
    (pymysql.err.OperationalError(1040, "Too many connections"), "crowded"),
    (pymysql.err.OperationalError(1205, "Lock wait timeout exceeded; try restarting transaction"), "locked"),
    (pymysql.err.OperationalError(1030, 'Got error 28 "No space left on device" from storage engine InnoDB'), "full"),
    (pymysql.err.OperationalError(1180, 'Got error 28 "No space left on device" during COMMIT'), "full"),
    (pymysql.err.InternalError(3, "Error writing file '/tmp/x' (Errcode: 28 \"No space left on device\")"), "full"),
    (pymysql.err.OperationalError(1792, "Cannot execute statement in a READ ONLY transaction"), "read_only"),
    (
        pymysql.err.OperationalError(1969, "Query execution was interrupted"),
        "interrupted",
    ),
    (pymysql.err.OperationalError(2013, "Lost connection to MySQL server during query"), "lost"),
    (pymysql.err.InterfaceError(0, ""), "lost"),
    (pymysql.err.DataError(1406, "Data too long for column 'x' at row 1"), "failed"),
    (psycopg.errors.DiskFull("could not extend file: No space left on device"), "full"),
    (psycopg.errors.ReadOnlySqlTransaction("cannot execute INSERT in a read-only transaction"), "read_only"),
    (psycopg.errors.QueryCanceled("canceling statement due to statement timeout"), "interrupted"),
    (psycopg.errors.LockNotAvailable("canceling statement due to lock timeout"), "locked"),
    (psycopg.errors.AdminShutdown("terminating connection due to administrator command"), "lost"),
    (psycopg.errors.DataCorrupted("invalid page in block 1"), "damaged"),
    (psycopg.errors.InvalidTextRepresentation('invalid input syntax for type date: "x"'), "failed"),
]


@pytest.mark.parametrize(("said", "key"), CONNECTING)
def test_each_cause_of_a_connection_refused_has_its_sentence(said, key):
    assert explain_failure(psycopg.OperationalError(said), URL, "serveur/caisse").key == f"database.{key}"


@pytest.mark.parametrize(("error", "key"), NUMBERED)
def test_each_cause_in_the_middle_has_its_sentence(error, key):
    assert explain_failure(error, URL, "serveur/caisse").key == f"database.{key}"


def test_every_sentence_is_complete_and_a_drivers_words_are_called_a_technical_detail():
    keys = {*MEANINGS.values(), *SQLITE.values(), *(key for _, key in WORDS)}
    for lang, detail in {"fr": "Détail technique : {reason}", "en": "Technical detail: {reason}"}.items():
        for key in keys:
            text = area_texts("database")[key.partition(".")[2]][lang].replace("\u00a0", " ")
            assert ("{reason}" in text) is (key == "database.tls")
        failed = area_texts("database")["failed"][lang].replace("\u00a0", " ")
        assert failed.endswith(detail)


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (pymysql.err.DataError(1406, "Can't keep 'zoe@exemple.fr' in 'email'"), "Can't keep '…' in '…'"),
        (psycopg.errors.DataError('invalid value "zoe"\nDETAIL: Key (email)=(zoe)'), "invalid value '…'"),
    ],
)
def test_a_technical_detail_says_nothing_of_a_customer(error, shown):
    found = explain_failure(error, URL, "serveur/caisse")
    assert (found.key, found.params["reason"]) == ("database.failed", shown)


def key_of(address):
    with pytest.raises(DatabaseError) as error:
        open_database(address)
    for lang in LANGUAGES:
        assert tr(error.value.key, lang, **error.value.params)
    return error.value.key


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_host_that_nobody_knows_is_said(kind):
    assert key_of(f"{kind}://zoe@absent.invalid/caisse") == "database.unknown_host"


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_server_that_never_greets_is_given_up(kind, monkeypatch):
    monkeypatch.setattr("core.database.connection.CONNECT_SECONDS", 2)
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        assert key_of(f"{kind}://zoe@127.0.0.1:{silent.getsockname()[1]}/caisse") == "database.unreachable"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """A folder of certificates, and their authority's."""
    folder = tmp_path_factory.mktemp("certificates")
    return folder, make_certificates(folder)


@contextmanager
def encrypting(answer, folder=None, kind=None):
    """Answer like a PostgreSQL asked for encryption, and shake hands with a certificate; no more."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def serve():
            with closing(server.accept()[0]) as connection:
                connection.recv(8)
                connection.sendall(answer)
                if folder:
                    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                    context.load_cert_chain(folder / f"{kind}.pem", folder / f"{kind}.key")
                    connection = context.wrap_socket(connection, server_side=True)
                connection.recv(8)

        def quietly():
            with suppress(OSError):
                serve()

        thread = threading.Thread(target=quietly)
        thread.start()
        yield f"postgresql://zoe@{HERE}:{server.getsockname()[1]}/caisse"
        thread.join(10)


@pytest.mark.parametrize(
    ("kind", "known", "key"),
    [
        ("sound", False, "tls_unverified"),
        ("expired", True, "tls_unverified"),  # the client library says no more
        ("other", True, "tls_name"),
        (None, True, "tls_absent"),
    ],
)
def test_a_postgresql_whose_certificate_is_not_right_is_said(certificates, kind, known, key):
    folder, authority = certificates
    with encrypting(b"S" if kind else b"N", kind and folder, kind) as address:
        assert key_of(address + (f"?sslrootcert={authority}" if known else "")) == f"database.{key}"


@pytest.mark.parametrize(
    ("kind", "known", "key"),
    [
        ("sound", True, ""),
        ("sound", False, "tls_unverified"),
        ("expired", True, "tls_expired"),
        ("other", True, "tls_name"),
        (None, True, "tls_absent"),
    ],
)
def test_a_mariadb_whose_certificate_is_not_right_is_said(certificates, tmp_path, kind, known, key):
    """The network's own authority may be named in the address; a server that it vouches for is pushed to."""
    require("mariadb")
    folder, authority = certificates
    options = (f"--ssl-cert={folder / kind}.pem", f"--ssl-key={folder / kind}.key") if kind else ("--skip-ssl",)
    server = MariaDBServer(tmp_path, *options, port=free_port()).start()
    try:
        address = server.new_base().replace("127.0.0.1", HERE) + (f"?ssl_ca={authority}" if known else "")
        if key:
            assert key_of(address) == f"database.{key}"
            return
        with open_database(address) as db:
            assert db.push(sheet(people(2)), request()).created == 2
            with db.engine.connect() as connection:
                assert connection.exec_driver_sql("SHOW STATUS LIKE 'Ssl_cipher'").one()[1]
                raw = connection.connection.driver_connection._sock
                assert raw.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
                if hasattr(socket, "TCP_KEEPIDLE"):
                    assert raw.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 30
    finally:
        server.stop()


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_certificate_file_that_is_none_is_said(kind, tmp_path):
    (tmp_path / "ca.pem").write_text("rien")
    option = {"postgresql": f"sslrootcert={tmp_path / 'absent.pem'}", "mariadb": f"ssl_ca={tmp_path / 'ca.pem'}"}[kind]
    with encrypting(b"S") as address:
        port = make_url(address).port
        assert key_of(f"{kind}://zoe@{HERE}:{port}/caisse?{option}") == "database.no_certificate"
        with closing(socket.create_connection(("127.0.0.1", port))):
            pass
