"""The synthetic record of the demo's FHIR server: two patients, and a laboratory and a vital sign result of each."""

from typing import Any

from harness.demo.people import People, Person

Resource = dict[str, Any]
CATEGORIES = "http://terminology.hl7.org/CodeSystem/observation-category"
#: Category, LOINC code, value and unit of an invented result.
_RESULTS = (("laboratory", "2345-7", 98, "mg/dL"), ("vital-signs", "8867-4", 72, "/min"))


def resources(people: People) -> list[Resource]:
    """All of it."""
    return [one for person in people.patients for one in (_patient(person), *_observations(person))]


def patient_of(resource: Resource) -> str:
    """The id of the patient whose compartment holds the resource."""
    if resource["resourceType"] == "Patient":
        return str(resource["id"])
    return str(resource["subject"]["reference"]).removeprefix("Patient/")


def _patient(person: Person) -> Resource:
    return {
        "resourceType": "Patient",
        "id": person.fhir_id,
        "active": True,
        "identifier": [{"system": "https://api.demo.test/hn", "value": person.number}],
        "name": [{"text": person.thai_name}],
    }


def _observations(person: Person) -> list[Resource]:
    return [
        {
            "resourceType": "Observation",
            "id": f"{person.fhir_id}-{category}",
            "status": "final",
            "category": [{"coding": [{"system": CATEGORIES, "code": category}]}],
            "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
            "subject": {"reference": f"Patient/{person.fhir_id}"},
            "valueQuantity": {"value": value, "unit": unit},
        }
        for category, code, value, unit in _RESULTS
    ]
