"""What people type and paste, as it comes."""


async def test_a_full_name_shows_the_card_though_others_begin_so(house):
    """`NL-RTM-000` is a charger of its own here, and the beginning of four others."""
    support = house.person("support")
    await support.command("support", "/charger register NL-RTM-000")
    await support.modal("Identity")
    await support.submit()
    await support.modal("Done")
    await support.close()

    await support.command("support", "/charger nl-rtm-000")

    await support.sees("support", "NL-RTM-000 · nl", "All facts")


async def test_chargers_are_found_by_where_they_stand(house):
    support = house.person("support")

    await support.command("support", "/charger kop van zuid")

    await support.sees("support", "4 chargers match", "NL-RTM-0004")
