"""The nouns of the studio, one file each, with their facts."""

from .account import Account, MonthBalance
from .attempt import Attempt
from .generation import Generation, Status
from .input import Input
from .instance import Instance, ModelSwitch
from .ledger_entry import Certainty, Kind, LedgerEntry
from .output import Output
from .price import Price
from .project import Membership, Project, Role
from .prompt import Prompt
from .run import Run
from .upload import Upload
from .user import User
from .worker import Worker

__all__ = [
    "Account",
    "Attempt",
    "Certainty",
    "Generation",
    "Input",
    "Instance",
    "Kind",
    "LedgerEntry",
    "Membership",
    "ModelSwitch",
    "MonthBalance",
    "Output",
    "Price",
    "Project",
    "Prompt",
    "Role",
    "Run",
    "Status",
    "Upload",
    "User",
    "Worker",
]
