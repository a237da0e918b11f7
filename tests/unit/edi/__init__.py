"""EDI partners: their files, what they are told, what they acknowledge."""
