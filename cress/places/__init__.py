"""The pages of communes and EPCI: what is known there, who may act, whom to call."""
