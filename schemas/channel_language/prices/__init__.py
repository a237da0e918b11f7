"""What a channel's customers are to pay, as its price list says."""
