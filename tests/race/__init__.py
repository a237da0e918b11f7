"""The race for the last unit: more contenders than units, through the real flows and through what integrations do."""
