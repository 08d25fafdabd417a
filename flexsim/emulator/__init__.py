"""The local TaskRouter: the engine behind Twilio's REST API, with callbacks and operator controls."""
