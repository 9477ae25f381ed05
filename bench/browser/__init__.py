"""What a person feels: how soon a click is answered, and whether the page ever jumps or stops."""
