"""The nouns of the studio, one file each, with their facts."""

from .access_token import AccessToken
from .account import Account, MonthBalance
from .address_check import AddressCheck
from .attempt import Attempt
from .audit_entry import AuditEntry
from .budget_request import BudgetRequest
from .cache_entry import CacheEntry
from .charge_question import ChargeQuestion
from .comment import Comment
from .gateway_key import GatewayKey
from .gateway_log_row import GatewayLogRow
from .generation import Generation, Status
from .input import Input, Picture
from .instance import Instance, ModelSwitch, StorageTrouble
from .invitation import Invitation
from .judgement import Judgement
from .ledger_entry import Certainty, Kind, LedgerEntry
from .link import Link
from .missing_log_row import MissingLogRow
from .model_turn import ModelTurn
from .notice import Notice
from .notice_mail import NoticeMail
from .output import Output
from .price import Price
from .project import MAKERS, Membership, Project, Role
from .project_month import ProjectMonth
from .prompt import Prompt, PromptVersion
from .prompt_reference import PromptReference
from .reconciliation import Reconciliation
from .reimbursement_sheet import ReimbursementSheet, SheetLine
from .run import Run
from .saved_view import SavedView
from .share_link import ShareLink
from .spent import Spent
from .star import Star
from .tag import Tag, Tagging
from .upload import Upload
from .user import User
from .verdict import Verdict
from .verification import Verification
from .webhook import Webhook, WebhookDelivery
from .worker import Worker

__all__ = [
    "MAKERS",
    "AccessToken",
    "Account",
    "AddressCheck",
    "Attempt",
    "AuditEntry",
    "BudgetRequest",
    "CacheEntry",
    "Certainty",
    "ChargeQuestion",
    "Comment",
    "GatewayKey",
    "GatewayLogRow",
    "Generation",
    "Input",
    "Instance",
    "Invitation",
    "Judgement",
    "Kind",
    "LedgerEntry",
    "Link",
    "Membership",
    "MissingLogRow",
    "ModelSwitch",
    "ModelTurn",
    "MonthBalance",
    "Notice",
    "NoticeMail",
    "Output",
    "Picture",
    "Price",
    "Project",
    "ProjectMonth",
    "Prompt",
    "PromptReference",
    "PromptVersion",
    "Reconciliation",
    "ReimbursementSheet",
    "Role",
    "Run",
    "SavedView",
    "ShareLink",
    "SheetLine",
    "Spent",
    "Star",
    "Status",
    "StorageTrouble",
    "Tag",
    "Tagging",
    "Upload",
    "User",
    "Verdict",
    "Verification",
    "Webhook",
    "WebhookDelivery",
    "Worker",
]
