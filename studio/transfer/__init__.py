"""A whole project as one file, out of one studio and into another.

`document` is what that file says, `export` writes it while it is sent, `parcel` opens one that came from anywhere and
believes nothing of it, `keep` stores its pictures, `bring_in` makes a project of it: all of it or nothing.
"""
