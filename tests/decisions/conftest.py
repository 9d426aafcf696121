"""Property tests here prove behaviour, not speed: a busy machine must not fail them."""

from hypothesis import HealthCheck, settings

settings.register_profile("decisions", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("decisions")
