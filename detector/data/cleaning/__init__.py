"""The cleaning desk's eye: finds what may have to be cropped, split or left out. It proposes; people decide (`edits`)."""
