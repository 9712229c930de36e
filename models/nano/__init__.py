"""The bundled model, packed: `models.catalog` finds it, `models.archive` unpacks it."""
