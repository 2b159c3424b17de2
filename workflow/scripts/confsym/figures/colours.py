"""The colours of every figure."""

# Okabe and Ito's colour-blind safe palette, without its yellow, which is too pale on white.
# Three darker ones follow, for figures of many series.
COLOURS = (
    *("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000"),
    *("#882255", "#7F7F7F", "#999933"),
)

# A prediction that a motion leaves alone, and one that it changes: colours of cell and text.
# In grey the first is nearly white and the second dark.
UNMOVED = ("#DCEBF5", "#1B3A57")
MOVED = ("#D55E00", "#FFFFFF")
