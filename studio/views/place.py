"""Which page of the studio is shown: the links that lead there say so."""

from django.http import HttpRequest


class Place:
    """Where a request is, by the name of its address."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def _page(self) -> str:
        match = self._request.resolver_match
        return (match.url_name or "") if match else ""

    @property
    def is_workspace(self) -> bool:
        return self._page in {"project", "compose", "generation"}

    @property
    def is_gallery(self) -> bool:
        return self._page in {"gallery", "project-gallery"}

    @property
    def is_prompts(self) -> bool:
        return self._page in {"prompts", "prompt", "prompt-new", "prompt-editing", "prompt-versions", "batch"}

    @property
    def is_projects(self) -> bool:
        return self._page == "projects"

    @property
    def is_usage(self) -> bool:
        return self._page == "usage"

    @property
    def is_notices(self) -> bool:
        return self._page == "notices"

    @property
    def is_spend(self) -> bool:
        return self._page in {"spend", "charges"}

    @property
    def is_inbox(self) -> bool:
        return self._page in {"inbox", "budget-decision", "charge-decision"}

    @property
    def is_people(self) -> bool:
        return self._page in {
            *("people", "studio-role", "person-budget", "person-account"),
            *("studio-invitations", "studio-invitation-renewal", "studio-invitation-revocation"),
        }

    @property
    def is_budgets(self) -> bool:
        return self._page == "budgets"

    @property
    def is_provider(self) -> bool:
        return self._page in {
            *("provider", "provider-check", "storage-check", "pause"),
            *("key-ways", "key-secret", "key-sending", "key-pictures", "model-switch"),
        }

    @property
    def is_prices(self) -> bool:
        return self._page in {"prices", "price-bonus"}

    @property
    def is_reconciliation(self) -> bool:
        return self._page in {"reconciliation", "reconciliation-files", "row-decision", "missing-row-decision"}

    @property
    def is_reimbursement(self) -> bool:
        return self._page in {"reimbursement", "reimbursement-sheets", "reimbursement-sheet", "sheet-credit"}

    @property
    def is_settings(self) -> bool:
        return self._page in {"settings", "settings-general", "settings-retention", "settings-mail"}

    @property
    def is_audit(self) -> bool:
        return self._page == "audit"

    @property
    def is_system(self) -> bool:
        return self._page == "system"

    @property
    def is_admin(self) -> bool:
        money = self.is_spend or self.is_inbox or self.is_reconciliation or self.is_budgets or self.is_prices
        return (
            money
            or self.is_people
            or self.is_provider
            or self.is_reimbursement
            or self.is_audit
            or self.is_system
            or self.is_settings
        )

    @property
    def is_project_team(self) -> bool:
        return self._page in {"members", "member", "invitations", "invitation-renewal"}

    @property
    def is_project_settings(self) -> bool:
        return self._page in {"project-settings", "project-budget"}
