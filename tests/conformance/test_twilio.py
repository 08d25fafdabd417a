"""Whether this run of the suite has asked Twilio, too."""


def test_the_suite_runs_against_twilio_where_credentials_are_given(twilio):
    assert twilio.credentials is not None
    assert twilio.credentials.base_url is None
