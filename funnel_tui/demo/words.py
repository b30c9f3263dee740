"""Names for the demo data: companies, people, what is sold, and some names that are hard to show."""

from __future__ import annotations

LONG_NAME = (
    "Interessengemeinschaft der Hersteller v. Dichtungen und Dosierpumpen für die Lebensmittelindustrie "
    "Nord- und Ostsee e.V."
)
"""A company name of 120 characters."""

ODD_NAMES = (
    "Acme [/EU]",
    "Bjørn & Søn",
    "Solsikken 🌻 Hagesenter",
    LONG_NAME,
    "אור הצפון בע״מ",
    "=SUM(A1)",
    "[bold red]Åse's Rør[/]",
    'O\'Leary "Quay" Ltd; %s',
)
"""Companies whose names look like markup, a formula or SQL, or are hard to place on a line."""

STEMS = (
    # legal form, first words of company names
    (
        "AS",
        ("Fjordline", "Nordlys", "Havbris", "Polarstjernen", "Granli", "Skogheim", "Vestavind", "Bjørkely"),
    ),
    (
        "ASA",
        ("Lysefjord", "Tindekraft", "Stormkast", "Sjøveien", "Kystvakten", "Elvebakken", "Solvik", "Morild"),
    ),
    ("AB", ("Öresund", "Västkusten", "Mälardalen", "Björknäs", "Ängsholm", "Norrsken", "Siljan", "Vänern")),
    ("A/S", ("Ærø", "Vesterhav", "Møllegård", "Sundby", "Lillebælt", "Fynbo", "Hvidbjerg", "Skagen")),
    ("Oy", ("Saimaa", "Kaleva", "Pohjola", "Aurinko", "Järvinen", "Tunturi")),
    (
        "GmbH",
        ("Rhenus", "Elbtal", "Hansekontor", "Alster", "Weserstahl", "Isarwerk", "Bodensee", "Havelland"),
    ),
    ("B.V.", ("Schelde", "Maasdam", "Zuiderzee", "Amstel")),
    ("S.A.", ("Loire", "Garonne", "Ardenne", "Vosges")),
    ("S.A.", ("Wisła", "Bałtyk", "Karpaty", "Vltava", "Morava")),
)
TRADES = (
    *("Energi", "Logistikk", "Shipping", "Bygg", "Data", "Havbruk", "Eiendom", "Helse", "Transport"),
    *("Technik", "Maschinen", "Foods", "Pharma", "Retail", "Marine", "Solar", "Papir", "Consult"),
)
PLACES = (
    "",
    "Nord",
    "Sør",
    "Vest",
    "Øst",
    "Oslo",
    "Bergen",
    "Malmö",
    "Århus",
    "Turku",
    "Kiel",
    "Gdańsk",
    "Gent",
)

FIRST_NAMES = (
    *(
        "Anna",
        "Kari",
        "Ola",
        "Sigrid",
        "Erik",
        "Freja",
        "Jonas",
        "Marta",
        "Lukas",
        "Élise",
        "Håkon",
        "Ingrid",
    ),
    *(
        "Søren",
        "Åsa",
        "Mikko",
        "Aino",
        "Jürgen",
        "Zoë",
        "Łukasz",
        "Agnieszka",
        "Björn",
        "Maja",
        "Pieter",
        "Siri",
    ),
)
LAST_NAMES = (
    *("Berg", "Lie", "Haugen", "Aas", "Lindqvist", "Møller", "Nyström", "Kowalska", "Brandt", "Moreau"),
    *(
        "Dahl",
        "Solberg",
        "Strand",
        "Holm",
        "Virtanen",
        "Korhonen",
        "Schröder",
        "de Vries",
        "Nowak",
        "Ødegård",
    ),
    *("Gundersen", "Åkesson", "Thygesen"),
)

TOPICS = (
    *("fleet renewal", "rollout", "warehouse system", "pilot", "framework agreement", "service contract"),
    *("data platform", "shop-floor terminals", "migration", "licences", "training programme", "sensors"),
    *("maintenance plan", "customer portal", "route planning", "cold-store upgrade", "integration"),
)
RENEWAL_TOPICS = ("renewal", "renewal and extension", "support renewal", "three-year renewal")

NOTES = (
    "Asked for a reference from the same trade.",
    "Budget is decided in the spring.",
    "Wants the offer split in two phases.",
    "Compares us with the present supplier.",
    "Send the data sheet before Friday.",
    "Nøkkelperson er på ferie til mandag.",
    "Der Einkauf prüft den Vertrag.",
)
LOSS_NOTES = ("Ten per cent too dear.", "They stay with the present supplier.", "No answer for six weeks.")
