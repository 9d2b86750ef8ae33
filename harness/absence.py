"""From a wire error to missing evidence, in both languages."""

from harness.evidence import Missing
from harness.model import Text
from harness.scope import WireError
from harness.wirewords import CAUSES
from harness.wording import quoted


def missing(refused: WireError) -> Missing:
    """Turn a WireError into missing evidence, with the cause and its detail in both languages."""
    words = CAUSES.get(refused.cause, Text("it could not be collected", "ไม่สามารถเก็บหลักฐานได้"))
    text = Text("{words}: {detail}", "{words}: {detail}")
    return Missing(refused.cause, text.of({"words": words, "detail": quoted(str(refused))}))
