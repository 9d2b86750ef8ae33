"""Help to begin: a commented target file, and the schema of one."""

from pathlib import Path

import click
import msgspec

from harness.errors import BadInput, Exit
from harness.evidence import encode
from harness.target import Target

TEMPLATE = """\
# A target: the platform to be audited. Commit this file; it holds no secret.
# Check it before any test with:  moph-harness doctor {name}

name: Example Health Platform          # shown in the report
owner: Example Owner

# Who allowed the test, and what. Nothing outside this scope is ever contacted.
scope:
  authorised_by: Name and position of who authorises the test
  document: Number and date of the authorisation
  contact: security@example.org        # sent in the User-Agent of every request
  hosts: [portal.example.org, api.example.org]   # exact names; list each one
  ports: [443, 80]
  # addresses: [203.0.113.0/24]        # networks the names may resolve to; without it any public address
  # window:                            # when testing is allowed
  #   from: 2026-11-22T09:00:00+07:00
  #   until: 2026-11-22T17:00:00+07:00
  requests_per_second: 20              # per host
  max_requests: 5000                   # for the whole run
  dangers: []                          # of lockout, injection, load, write; each needs consent

components:
  - name: portal
    kind: portal                       # portal, api, idp, admin or fhir
    base_url: https://portal.example.org/
    pages: [/]                         # public documents to look at
    # logout: /logout
  - name: api
    kind: api
    base_url: https://api.example.org/
    api: [/health]                     # public API paths
    # protected: [/patients/me]        # paths that need an identity
    # claims: [mtls]                   # offered on purpose: mtls, api-docs, metrics, graphql

# What the platform says of itself. Requirements that speak of something it does not have then do not apply; where a "no"
# can be probed it is. What is not stated counts as offered. Names and values: profiles/catalogue/facts.yaml.
facts:
  category: high                       # low, medium or high: compulsory for every profile of a standard
  # fhir: no
  # cloud: no

# mail_domains: [example.org]
# ca_file: ca.pem                      # a private CA; without it the public roots

# identities:                          # synthetic test identities; the token is fetched, never written here
#   - name: patient-a
#     role: patient
#     bearer: {{env: PATIENT_A_TOKEN}}   # or {{file: path}} or {{command: [program, argument]}}

# connect_to:                          # like curl --connect-to, for a platform that DNS does not know yet
#   portal.example.org:443: 192.0.2.10:8443
# resolver: {{address: 192.0.2.53, port: 53}}
# limits: {{read_seconds: 5, total_seconds: 15}}
"""


def write_target(path: Path) -> Exit:
    """Write the commented target file; never over an existing one."""
    if path.exists():
        raise BadInput(f"{path} exists; choose another name")
    try:
        path.write_text(TEMPLATE.format(name=path.name), encoding="utf-8")
    except OSError as wrong:
        raise BadInput(f"{path} cannot be written: {wrong.strerror}") from None
    click.echo(f"wrote {path}; edit it, then: moph-harness doctor {path}")
    return Exit.MET


def print_schema() -> Exit:
    """Print the JSON Schema (2020-12) of a target file."""
    click.echo(encode(msgspec.json.schema(Target)), nl=False)
    return Exit.MET
