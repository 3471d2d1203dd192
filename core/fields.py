"""The attributes of a customer: the same key in every profile, and its type."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from core.i18n import tr


class FieldType(StrEnum):
    """How a field's values are read, checked and written."""

    TEXT = "text"
    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    POSTCODE = "postcode"
    COUNTRY = "country"
    DATE = "date"
    FLAG = "flag"
    CHOICE = "choice"
    AMOUNT = "amount"
    CARD = "card"


# What a value becomes once checked ("canonical"): EMAIL, TEXT, NAME, POSTCODE, CARD → str; PHONE → E.164 str;
# COUNTRY → ISO 3166-1 alpha-2 str; DATE → date; FLAG → bool; CHOICE → the choice's code (str); AMOUNT → Decimal.
FIELDS: dict[str, FieldType] = {
    "account_number": FieldType.TEXT,
    "title": FieldType.CHOICE,
    "first_name": FieldType.NAME,
    "last_name": FieldType.NAME,
    "company": FieldType.TEXT,
    "legal_name": FieldType.TEXT,
    "email": FieldType.EMAIL,
    "mobile": FieldType.PHONE,
    "phone": FieldType.PHONE,
    "phone2": FieldType.PHONE,
    "fax": FieldType.PHONE,
    "website": FieldType.TEXT,
    "twitter": FieldType.TEXT,
    # billing address
    "address1": FieldType.TEXT,
    "address2": FieldType.TEXT,
    "suburb": FieldType.TEXT,
    "postcode": FieldType.POSTCODE,
    "city": FieldType.TEXT,
    "state": FieldType.TEXT,
    "country": FieldType.COUNTRY,
    "work_address": FieldType.FLAG,
    "undeliverable": FieldType.FLAG,
    # delivery address
    "delivery_company": FieldType.TEXT,
    "delivery_contact": FieldType.TEXT,
    "delivery_email": FieldType.EMAIL,
    "delivery_phone": FieldType.PHONE,
    "delivery_address1": FieldType.TEXT,
    "delivery_address2": FieldType.TEXT,
    "delivery_suburb": FieldType.TEXT,
    "delivery_postcode": FieldType.POSTCODE,
    "delivery_city": FieldType.TEXT,
    "delivery_state": FieldType.TEXT,
    "delivery_country": FieldType.COUNTRY,
    # the person
    "birth_date": FieldType.DATE,
    "sex": FieldType.CHOICE,
    "notes": FieldType.TEXT,
    # consents, with their proof
    "email_opt_in": FieldType.FLAG,
    "sms_opt_in": FieldType.FLAG,
    "opt_in_date": FieldType.DATE,
    "opt_in_source": FieldType.TEXT,
    "contact_preference": FieldType.CHOICE,
    # trade
    "group": FieldType.TEXT,
    "contact_type": FieldType.CHOICE,
    "access_status": FieldType.CHOICE,
    "price_list": FieldType.TEXT,
    "account_type": FieldType.TEXT,
    "tax_exempt": FieldType.FLAG,
    "tax_number": FieldType.TEXT,
    "credit_limit": FieldType.AMOUNT,
    "discount": FieldType.AMOUNT,
    "employee": FieldType.FLAG,
    "sales_admin_email": FieldType.EMAIL,
    "sales_rep_email": FieldType.EMAIL,
    "free_code_1": FieldType.TEXT,
    "free_code_2": FieldType.TEXT,
    "custom_1": FieldType.TEXT,
    "custom_2": FieldType.TEXT,
    "custom_3": FieldType.TEXT,
    "custom_4": FieldType.TEXT,
    # loyalty and balances
    "loyalty_card": FieldType.CARD,
    "loyalty_enabled": FieldType.FLAG,
    "loyalty_balance": FieldType.AMOUNT,
    "balance": FieldType.AMOUNT,
    "store_credit": FieldType.AMOUNT,
    "year_to_date": FieldType.AMOUNT,
}
"""Key → type of every attribute that Carnet knows. A profile's own attributes start with `x_` and say their type."""

OWN_PREFIX = "x_"
CONSENTS = ("email_opt_in", "sms_opt_in")


def field_word(key: str, lang: str, headers: Mapping[str, str] | None = None) -> str:
    """Return how a field is called: by the header of the system in use when it has one, else by a word of ours."""
    if headers and key in headers:
        return headers[key]
    return tr(f"fields.{key}", lang) if key in FIELDS else key.removeprefix(OWN_PREFIX).replace("_", " ")
