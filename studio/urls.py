"""The studio's addresses: nouns, even where a verb is meant."""

from django.urls import URLPattern, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from .views import (
    appearance,
    asking,
    audit,
    budgets,
    charges,
    compositions,
    gallery,
    generations,
    health,
    home,
    inbox,
    links,
    media,
    prices,
    projects,
    reconciliation,
    reimbursement,
    reimbursement_sheets,
    running,
    runs,
    spend,
    system,
    uploads,
    usage,
    verification,
    workspace,
)

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    # A project and the work in it
    path("projects/", projects.projects, name="projects"),
    path("projects/<uuid:public_id>/", workspace.workspace, name="project"),
    path("projects/<uuid:public_id>/compose/", workspace.compose, name="compose"),
    path("projects/<uuid:public_id>/composition/", compositions.composition, name="composition"),
    path("projects/<uuid:public_id>/uploads/", uploads.uploads, name="uploads"),
    path("projects/<uuid:public_id>/links/", links.links, name="links"),
    path("projects/<uuid:public_id>/runs/", runs.runs, name="runs"),
    path("projects/<uuid:public_id>/running/", running.running, name="running"),
    # The shared history
    path("gallery/", gallery.everywhere, name="gallery"),
    path("projects/<uuid:public_id>/gallery/", gallery.of_project, name="project-gallery"),
    # A frame
    path("generations/<uuid:public_id>/", generations.generation, name="generation"),
    path("generations/<uuid:public_id>/cancellation/", generations.cancellation, name="generation-cancellation"),
    path("generations/<uuid:public_id>/waiting/", generations.waiting, name="generation-waiting"),
    path("generations/<uuid:public_id>/delivery/", generations.delivery, name="generation-delivery"),
    # Pictures: one door, asked for every byte
    path("media/outputs/<uuid:public_id>/<str:rendition>/", media.output_file, name="output-file"),
    path("media/uploads/<uuid:public_id>/<str:rendition>/", media.upload_file, name="upload-file"),
    path("media/links/<uuid:public_id>/<str:rendition>/", media.link_file, name="link-file"),
    # Money
    path("usage/", usage.usage, name="usage"),
    path("usage/statement.csv", usage.statement, name="usage-csv"),
    path("usage/questions/", asking.charge_questions, name="charge-questions"),
    path("budget-requests/", asking.budget_requests, name="budget-requests"),
    path("admin-review/", RedirectView.as_view(pattern_name="spend")),
    path("admin-review/spend/", spend.spend, name="spend"),
    path("admin-review/spend/charges/", charges.charges, name="charges"),
    path("admin-review/spend/charges.csv", charges.charges_csv, name="charges-csv"),
    path("admin-review/inbox/", inbox.inbox, name="inbox"),
    path("admin-review/inbox/requests/<int:pk>/", inbox.budget_decision, name="budget-decision"),
    path("admin-review/inbox/questions/<int:pk>/", inbox.charge_decision, name="charge-decision"),
    path("admin-review/inbox/presumed/<int:pk>/", inbox.presumed_decision, name="presumed-decision"),
    path("admin-review/budgets/", budgets.budgets, name="budgets"),
    path("admin-review/prices/", prices.prices, name="prices"),
    path("admin-review/prices/bonus/", prices.bonus, name="price-bonus"),
    path("admin-review/audit/", audit.audit, name="audit"),
    path("admin-review/reconciliation/", reconciliation.reconciliation, name="reconciliation"),
    path("admin-review/reconciliation/runs/", reconciliation.runs, name="reconciliation-runs"),
    path("admin-review/reconciliation/files/", reconciliation.files, name="reconciliation-files"),
    path("admin-review/reconciliation/rows/<int:pk>/", reconciliation.row_decision, name="row-decision"),
    path(
        "admin-review/reconciliation/missing/<int:pk>/",
        reconciliation.missing_row_decision,
        name="missing-row-decision",
    ),
    path("admin-review/reimbursement/", reimbursement.reimbursement, name="reimbursement"),
    path("admin-review/reimbursement/sheets/", reimbursement.sheets, name="reimbursement-sheets"),
    path("admin-review/reimbursement/sheets/<int:pk>/", reimbursement_sheets.sheet, name="reimbursement-sheet"),
    path("admin-review/reimbursement/sheets/<int:pk>.csv", reimbursement_sheets.sheet_csv, name="sheet-csv"),
    path("admin-review/reimbursement/sheets/<int:pk>.xlsx", reimbursement_sheets.sheet_xlsx, name="sheet-xlsx"),
    path("admin-review/reimbursement/sheets/<int:pk>/dispatch/", reimbursement_sheets.dispatch, name="sheet-dispatch"),
    path("admin-review/reimbursement/sheets/<int:pk>/removal/", reimbursement_sheets.removal, name="sheet-removal"),
    path("admin-review/reimbursement/sheets/<int:pk>/credit/", reimbursement_sheets.credit, name="sheet-credit"),
    # The studio as a machine
    path("admin-review/system/", system.system, name="system"),
    path("admin-review/system/adoption/", system.adoption, name="system-adoption"),
    path("admin-review/system/verification/", verification.verification, name="system-verification"),
    # The person's own
    path("appearance/", appearance.appearance, name="appearance"),
    path("language/", set_language, name="set_language"),
    # Asked by machines
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
]
