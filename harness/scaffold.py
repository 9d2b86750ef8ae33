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

# providers:                           # the platform's own identity provider, with clients registered for the test
#   - component: id                    # a component of kind idp
#     sign_in: {{account: {{username: tester, password: {{env: TESTER_PASSWORD}}}}}}
#     # sign_in takes `adapter`: form (plain forms), browser (pages that need JavaScript; needs Chromium), or script
#     clients:
#       main: {{client_id: harness, redirect_uri: https://portal.example.org/callback, secret: {{env: MAIN_SECRET}}, scope: openid}}
#       # other (another such client), public (auth: none), machine (auth: private_key_jwt, secret: its PEM key),
#       # service (like machine; a backend service that may read every patient: scope system/Patient.rs system/Observation.rs)
#     resource: {{component: api, path: /patients/me, scope: patient.read}}
#     # code_seconds: 60               # how long an authorization code lives; up to a minute is awaited
#     # fhir: {{component: fhir, patient: id-of-the-tester, other_patient: id-of-another}}    # SMART App Launch
#     # signing_key: {{file: test-signing.pem}}    # of the TEST key set: proves that exp, aud, iss are looked at

# logins:                              # sign-in pages of the platform itself; the spare account may be locked and changed
#   - component: portal
#     page: /login
#     home: /me
#     logout: /logout
#     account: {{username: tester, password: {{env: TESTER_PASSWORD}}}}
#     # spare: {{username: spare, password: {{env: SPARE_PASSWORD}}}}
#     # idle_seconds: 900
#     # reset: /forgotten              # the page for forgotten passwords
#     # mailbox: [print-newest-mail, spare@example.org]   # prints the newest mail to spare: its links are tried
#     # reset_seconds: 1800            # how long a mailed link is good; up to a minute is awaited
#     # users: [patients]              # whose sign-in: patients, staff, administrators, critical
#   - component: portal
#     name: staff                      # tells sign-ins of one component apart
#     page: /staff/login
#     home: /staff
#     logout: /staff/logout
#     users: [staff, administrators]
#     second_factor: true              # asked for after the password; with totp, the seed of the TEST account's app (base32)
#     account: {{username: nurse, password: {{env: NURSE_PASSWORD}}, totp: {{env: NURSE_SEED}}}}
#     # codes: {{seconds: 30, digits: 6, algorithm: sha1}}
#     # guessed: {{username: spare2, password: {{env: SPARE2_PASSWORD}}, totp: {{env: SPARE2_SEED}}}}   # wrong codes are tried at it
#     # people:                        # test accounts by role
#     #   clinician: {{username: doctor, password: {{env: DOCTOR_PASSWORD}}, totp: {{env: DOCTOR_SEED}}}}
#     # sensitive: {{export: /staff/export}}   # acts that must ask for authentication again
#     # confirm: /staff/confirm        # the page for that, where the acts do not lead there

# relying:                             # sign-in through a national provider, which the harness plays on this machine;
#   - component: portal                # the platform's test configuration points to `listen`
#     provider: thaid                  # thaid, health-id or provider-id
#     listen: 127.0.0.1:9443
#     start: /login/thaid
#     home: /me
#     client_id: harness
#     # redirect_uri: https://portal.example.org/callback/thaid   # as registered at the provider
#     secret: {{env: THAID_SECRET}}
#     functions: {{record: /records}}

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
