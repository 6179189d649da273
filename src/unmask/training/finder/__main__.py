"""The command line of the finder's workshop: `build` trains one, `thresholds` and `card` judge one again."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path


def main() -> None:
    """Heavy libraries are imported once the arguments are known to be right."""
    arguments = _parser().parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    from unmask.training.finder.build import Course, Order, build_finder, judge, measure_finder

    if arguments.command in ("card", "thresholds"):
        again = measure_finder if arguments.command == "card" else judge
        again(arguments.out, arguments.data, arguments.faceless)
        return
    course = Course(
        seed=arguments.seed,
        steps=arguments.steps,
        first=arguments.first,
        rate=arguments.rate,
        keep=arguments.keep,
    )
    places = arguments.data, arguments.out, course, arguments.weights
    build_finder(Order(*places, arguments.more, arguments.faceless))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m unmask.training.finder", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    build = commands.add_parser("build", help="train, export, choose thresholds, measure")
    card = commands.add_parser("card", help="measure a finder folder and write its card")
    thresholds = commands.add_parser(
        "thresholds", help="choose thresholds again, after a change of how pictures are looked at"
    )
    for command in (build, card, thresholds):
        command.add_argument("--data", type=Path, required=True, help="folder with faces.csv")
        command.add_argument("--out", type=Path, required=True, help="the finder folder")
        command.add_argument("--faceless", type=Path, help="further pictures without faces, *.jpg")
    build.add_argument("--seed", type=int, default=1)
    build.add_argument("--steps", type=int, default=3600, help="batches of 32 scenes")
    build.add_argument("--rate", type=float, default=3e-3, help="highest learning rate")
    build.add_argument("--keep", type=Path, help="keep weights here (NAME.weights.h5)")
    build.add_argument("--weights", type=Path, help="go on from kept weights or a finder's folder")
    build.add_argument("--more", type=Path, help="further pictures of one face each, as SET/Train")
    build.add_argument("--first", type=int, default=0, help="number of the first batch, to go on")
    return parser


if __name__ == "__main__":
    main()
