"""FidelPass: the wire contract, the client, the sandbox server and the sending of sales (docs/fidelpass.md)."""
