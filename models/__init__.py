"""Decision models: arrays in, plan out; nothing here knows a file, a map or a web request."""
