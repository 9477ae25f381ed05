"""The gateway's reimbursement plan: which charges it may give back, the sheet that asks for them, and the credit.

`plan.py` says what the gateway's page says, and no more. The studio decides nothing by itself here: an admin draws a
sheet up, sends it, and says what came of it. docs/reimbursement.md has the reasons.
"""
