"""Notices (通知): one resolved list of measures, put into words for each audience and medium."""
