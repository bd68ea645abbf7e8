"""Calls without a build: estimates for bare cards, and how far estimates are from measurements."""

import argparse
from pathlib import Path
from typing import cast

from pydantic import ValidationError

from planner.accuracy.memory import score_memory
from planner.accuracy.throughput import score_throughput
from planner.advice.possible import possible
from planner.advice.sweeps import Machine
from planner.bare import Bare, estimate, read_link, read_ram
from planner.catalog.search import match
from planner.catalog.store import Catalog
from planner.cli.common import OK, BadInput, print_json, the_catalog
from planner.documents.accuracy_text import accuracy_text
from planner.documents.report_json import memory_json, throughput_json
from planner.documents.report_text import estimate_text
from planner.domain.workload import SplitMode, Workload


def show_estimate(args: argparse.Namespace) -> int:
    catalog = the_catalog()
    bare = _bare(args, catalog)
    result = estimate(bare, catalog)
    more = list(possible(Machine(result.rig, result.lanes), catalog.size_of))
    if args.json:
        print_json(
            {
                "gpu": bare.chip.name if bare.chip else None,
                "count": bare.count,
                "model": bare.workload.model,
                "quant": bare.workload.quant,
                "memory": memory_json(result.memory),
                "throughput": throughput_json(result.throughput),
                "possible": [
                    {
                        "question": answer.question,
                        "answer": answer.answer,
                        "speed": answer.speed,
                        "quality": answer.quality,
                        "changes": dict(answer.changes),
                    }
                    for answer in more
                ],
                "assumed": list(result.assumed),
                "not_modelled": list(result.not_modelled),
            }
        )
    else:
        print(estimate_text(bare, result, [answer.words for answer in more]))
    return OK


def _bare(args: argparse.Namespace, catalog: Catalog) -> Bare:
    _needs_something(args)
    count = args.count if args.gpu else 0
    split = args.split or ("none" if count < 2 else "layer")
    try:
        work = Workload(
            model=match(catalog.models.values(), args.model, "model").id,
            quant=args.quant,
            context=args.context,
            prompt=args.prompt,
            users=args.users,
            engine=match(catalog.engines.values(), args.engine, "engine").id,
            split=cast(SplitMode, split),
            kv_type=args.kv_type,
            host=args.host,
            offload_layers=args.offload_layers,
            offload_experts=args.offload_experts,
            draft=match(catalog.models.values(), args.draft, "model").id if args.draft else None,
            acceptance=args.acceptance,
            images=args.images,
        )
        return Bare(
            chip=match(catalog.chips.values(), args.gpu, "GPU") if args.gpu else None,
            count=count,
            workload=work,
            link=read_link(args.link) if args.link else None,
            nvlink=args.nvlink,
            power_limit_w=args.power_limit,
            ram=read_ram(args.ram, next(iter(catalog.memory.values()))) if args.ram else None,
            cpu=match(catalog.cpus.values(), args.cpu, "CPU") if args.cpu else None,
        )
    except ValidationError as e:
        first = e.errors(include_url=False)[0]
        raise BadInput(f"{'.'.join(map(str, first['loc']))}: {first['msg']} (given: {first['input']})") from e
    except ValueError as e:
        raise BadInput(str(e)) from e


def _needs_something(args: argparse.Namespace) -> None:
    """A card, or a CPU with memory and nothing said of cards."""
    if args.gpu:
        return
    if not (args.cpu and args.ram):
        raise BadInput("Name a card with --gpu, or a processor and its memory with --cpu and --ram.")
    told = {"--count": args.count > 1, "--link": args.link, "--nvlink": args.nvlink, "--power-limit": args.power_limit}
    of_cards = next((name for name, given in told.items() if given), None)
    if of_cards:
        raise BadInput(f"{of_cards} is about cards: name one with --gpu.")


def show_accuracy(args: argparse.Namespace) -> int:
    by = tuple(name for name in (args.by or "").split(",") if name)
    data, where = Path(args.data) if args.data else None, _wanted(args)
    try:
        if args.what == "throughput":
            result = score_throughput(the_catalog(), data, by, where)
        else:
            result = score_memory(the_catalog(), data, by)
    except (OSError, ValueError) as e:
        raise BadInput(f"{args.data}: {e}" if args.data else str(e)) from e
    if args.json:
        print_json(result)
    else:
        print(accuracy_text(args.what, result))
    return OK


def _wanted(args: argparse.Namespace) -> dict[str, str]:
    """Field -> pattern of --where."""
    terms = [term for term in (args.where or "").split(",") if term]
    if terms and args.what != "throughput":
        raise BadInput("--where is about rows of speeds: accuracy throughput.")
    lame = next((term for term in terms if "=" not in term), None)
    if lame is not None:
        raise BadInput(f"--where {lame}: write field=value, such as quality=A.")
    return dict(term.split("=", 1) for term in terms)
