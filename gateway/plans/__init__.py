"""Emergency plans (预案) as data: their model, the catalogue of files, and which measures apply."""
