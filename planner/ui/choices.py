"""What can be chosen in the open build: the advice on choosing, asked of a session."""

from planner.advice import choosing
from planner.advice.choosing import FIELDS, NOUNS, Target, article, chosen_part, offered, taken_out, verb
from planner.domain.build import Build
from planner.session.session import Session

__all__ = ["FIELDS", "NOUNS", "Target", "article", "chosen_part", "offered", "put", "taken_out", "verb"]


def put(session: Session, target: Target, part: str) -> Build:
    """The open build with this part chosen."""
    return choosing.put(session.report, session.catalog, target, part, session.preview)
