"""What only this machine's own commands may ask, through the private socket; never over the network."""
