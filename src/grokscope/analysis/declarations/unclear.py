"""What an inconclusive verdict means, for a claim that does not say it itself."""

from __future__ import annotations

from grokscope.analysis.declarations.hypothesis_tests import Shape
from grokscope.analysis.declarations.units import Parameters

NOTHING_KNOWN = "These seeds do not tell."
ORDER = "The order of the two dates is not clear from these seeds."
_TOO_FEW = "These seeds are too few to tell, or they differ too much."
_TOO_ALIKE = "The two are too much alike to tell."
_OF_SHAPES: dict[Shape, str] = {
    "shown": "About half of the seeds show it, or too few seeds can be used.",
    "shown_by_group": "These seeds do not tell whether it is more common in one group than in the other.",
    "pair": "These seeds do not tell whether the two dates vary together.",
}


def unclear(shape: Shape, parameters: Parameters, test: str, compared: str, alone: str) -> str:
    """One sentence for effects of this `shape` under this `test`.

    `compared` is what groups of seeds are compared by, such as dates. `alone` is the sentence of the estimand for
    single values; empty where it has none.
    """
    if shape in ("value_by_group", "date_by_group"):
        if test == "paired" or len(parameters.get("positions") or ()) == 2:
            return f"The {compared} under the two conditions overlap too much to tell."
        return f"The {compared} are not ordered clearly from one condition to the next."
    if shape != "value":
        return _OF_SHAPES[shape]
    if test in ("equivalence", "apart"):
        return f"These seeds do not tell whether the two {compared} agree or differ."
    return alone or (_TOO_ALIKE if parameters.get("second") or parameters.get("minus") else _TOO_FEW)
