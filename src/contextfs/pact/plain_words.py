"""Words that fit any work at all, and so tell nothing about this one; in their base form."""

from __future__ import annotations

PLAIN = frozenset(
    """
    able about above account achieve act action activity actual add address adjust again agree ago aim allow almost
    already always amount another answer anyway apparently application approach app architecture area ask aspect
    attempt attention available aware back background backend bad base basic become begin behave behaviour believe best
    better big bit both break bring broken bug build busy call care careful carefully case cause certain challenge
    chance change check choice choose class clean cleaner clear close code come comment communicate communication
    complete complex complicate complicated component concern confuse confusing consider continue correct could couple
    course create current daily day deal debug decide deep definitely deliver depend deploy describe design detail
    develop development did different difficult direct discuss discussion documentation doing done double down due early
    easy effort either else end engineer enough ensure entire error especially etc eventually ever every everybody
    everyone everything exact example excellent expect experience explore extra face fact fail failure fairly fast
    feature feel few figure file final finally find fine finish first fix flow focus follow forget forward found
    framework frontend full function further future general get give go goal good great group grow guess half hand
    handle happen happy hard hardly have head hello help here high hold hope hour huge idea imagine implement
    implementation import important improve improvement include increase indeed info information initial input inside
    instead integrate interesting internal investigate issue item job just keep kind know lack large last late later
    learn leave less lesson let level life like likely line list little local log logic long look lot low made main
    maintain make manage many matter may maybe mean meet meeting member mention method might mind minor miss mistake
    modern module moment month more morning most mostly move much multiple must name necessary need never new next nice
    night normal note nothing notice now number obvious off often okay old once one only open option order other
    otherwise our output over overall own part particular patience patient people perfect perhaps person phase piece
    place plan please plus point positive possible practice prepare present pretty previous probably problem proceed
    process product program programming progress project proper properly put quality quick quickly quite random rather
    reach read ready real realise realize really reason recent refactor refine regular relate release relevant remain
    remember remove report require rest result review rework right rough run same save say schedule second see seem
    sense separate serious session set setup several share shorten should show side simple simplify simply situation
    small smooth solution solve some something sometimes soon sort specific spend sprint stage stand standup start
    status stay step still stop story straight stuff style success successful suggest support sure system take talk
    task team teamwork tech technical tell test thing think thought through throughout ticket till time today together
    tomorrow tool top topic total tough track tricky try turn type understand unit until update use useful user usual
    usually value various version very view wait want waste way week well went whole wish wonder word work worth would
    write wrong year yesterday yet
    """.split()  # noqa: SIM905 - a list literal would be hundreds of quoted words
)
