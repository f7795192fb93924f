"""Who hears what is said to a role in a unit: those appointed to it, and for a head who is away the stand-ins."""

# The unit 0 stands for the whole city, which inspectors serve wherever they are appointed. Heads and acting heads are
# told as heads; others who sign are so only where all of those are away. Nothing but the inbox reaches who is away
# while somebody else was told.
HEARS = """
    post AS MATERIALIZED (
        SELECT appointment.user_id AS person_id, appointment.unit_id, appointment.role,
               appointment.capacity = ANY(%(principals)s) AS is_principal,
               EXISTS (SELECT FROM accounts_absence absence
                       WHERE absence.person_id = appointment.user_id AND absence.valid @> %(today)s::date) AS is_away
        FROM accounts_appointment appointment
        WHERE appointment.id IN ({in_force})
    ), signer AS MATERIALIZED (
        SELECT *, is_principal OR bool_and(is_away OR NOT is_principal) OVER (PARTITION BY unit_id) AS is_told
        FROM post WHERE role = 'head'
    ), hears AS MATERIALIZED (
        SELECT person_id, unit_id, role, TRUE AS is_reached FROM post WHERE role <> 'head'
        UNION ALL
        SELECT person_id, unit_id, CASE WHEN is_told THEN 'head' ELSE 'other_signer' END,
               NOT is_told OR NOT is_away OR NOT bool_or(is_told AND NOT is_away) OVER (PARTITION BY unit_id)
        FROM signer
        UNION
        SELECT person_id, 0, role, TRUE FROM post WHERE role = 'inspector'
    )
"""
