"""Running broadcasts: stopped, charted, mapped; the lanes that they use."""
