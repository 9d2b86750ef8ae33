"""Defects of the zone and of the mail host; demo.zone and demo.mailhost have them."""

from harness.demo.switch import Defect, listed

_ZONE = (
    ("dns-bad-signature", "DNS-01", "bad_signature", "The signatures over the addresses do not verify"),
    ("dns-no-caa", "DNS-02", "no_caa", "No record says which authorities may issue certificates"),
    ("dns-dangling-server", "DNS-03", "dangling_server", "A name server's name leads nowhere"),
    ("dns-wrong-hint", "DNS-04", "bad_https", "The HTTPS record hints at an address that is not the host's"),
    ("dns-wrong-tlsa", "DNS-05", "bad_tlsa", "The TLSA record speaks of another certificate"),
    ("dns-transfer", "DNS-06", "transfer", "The name server hands out the whole zone"),
    ("mail-anyone-sends", "MAI-01", "spf_open", "SPF lets anyone send mail for the domain"),
    ("mail-forgery-kept", "MAI-02", "dmarc_none", "DMARC asks nothing to be done about forged mail"),
    ("mail-no-policy", "MAI-03", "no_sts", "No MTA-STS policy is announced"),
)

DEFECTS: tuple[Defect, ...] = (
    *(
        Defect(name, (check,), title, name.partition("-")[0], listed("zone", wrong))
        for name, check, wrong, title in _ZONE
    ),
    Defect(
        "mail-in-clear",
        ("MAI-04",),
        "The mail host offers no STARTTLS",
        "mail",
        listed("mail", "no_starttls"),
    ),
)
