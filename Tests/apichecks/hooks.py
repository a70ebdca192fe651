"""What Schemathesis must know beyond the description."""

import schemathesis
from hypothesis import strategies as st


def moment(year, month, day, hour, minute, second, offset):
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{offset}"


# The pattern of event times leaves one time in sixteen of those that date-time means: made, not looked for.
schemathesis.openapi.format(
    "date-time",
    st.builds(
        moment, st.integers(1679, 2260), st.integers(1, 12), st.integers(1, 28), st.integers(0, 23), st.integers(0, 59),
        st.integers(0, 59), st.sampled_from(["Z", "+02:00", "-11:30", ".5Z", ".123456789Z"]),
    ),
)

ATTRIBUTES = {
    "ce-specversion": "1.0", "ce-id": "by-header", "ce-source": "schemathesis", "ce-type": "guestwatch.vm.powered-on",
    "ce-time": "2026-01-01T00:00:00Z",
}


# What excludes what, which a description can say in words only.
EXCLUDED = {"last": {"from", "count"}, "history": {"after"}}


@schemathesis.hook
def before_call(context, case, kwargs):
    """Makes right what no description can say: in binary mode five headers are required; some parameters exclude others."""
    if case.meta is not None and not case.meta.generation.mode.is_positive:
        return
    if case.operation.label == "POST /v1/events" and case.media_type == "application/json":
        case.headers = {**ATTRIBUTES, **dict(case.headers or {})}
    for name, others in EXCLUDED.items():
        if name in (case.query or {}) and others & set(case.query):
            del case.query[name]
