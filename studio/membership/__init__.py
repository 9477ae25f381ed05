"""Who is in a project and in the studio, and how they come and go. The only writer of `Membership` and `Invitation`.

Every act takes the project's lock, or the studio's, before it looks: two at the same moment happen one after the other.
Each leaves its line in the audit log, in its own transaction. What waits for somebody who may no longer make is
cancelled right after; what is under way is finished, and the work stays.
"""
