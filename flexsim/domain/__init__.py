"""The domain description: what a contact centre is, checked, merged over localized defaults, and sampled."""
