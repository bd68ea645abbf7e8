"""Checklist, second half: assembly, BIOS, first boot, and a ladder of tests with this build's own figures."""

from collections.abc import Iterator

from planner.analysis.lanes import PairPath
from planner.analysis.memory import Memory
from planner.analysis.power import SupplyLoad, Wall
from planner.documents.checklist_blocks import Block, Code, Section, Table, Text, Tick
from planner.documents.checklist_parts import in_order, place_of
from planner.documents.report_figures import range_words
from planner.documents.words import named, percent, short_name
from planner.domain.parts import Chip
from planner.domain.rig import Rig
from planner.domain.units import gib, show_gb_s, show_gib, show_link, show_s, show_w
from planner.domain.workload import HostSystem
from planner.evaluate import Report
from planner.rules.words import count, listed

COPY_SHARE = 0.8
"""Share of the raw figure a copy between host and card has to reach."""
PAIR_SHARE = 0.8
"""Share of the practical figure a copy between two cards has to reach."""
READ_SHARE = 0.85
"""Share of the published figure a memory test has to reach."""

MANY_LARGE = 4
"""From more cards than this on, address space runs short on many boards."""


def is_windows(host: HostSystem) -> bool:
    return host in ("windows", "wsl2")


def host_of(report: Report) -> HostSystem:
    return report.rig.workload.host if report.rig.workload else "linux-headless"


def vendors(rig: Rig) -> set[str]:
    return {card.chip.vendor.upper() for card in rig.cards}


# ------------------------------------------------------------------ assembly


def assembly(report: Report) -> Section:
    return Section("Assembly", tuple(Tick(text) for text in _assembly(report)))


def _assembly(report: Report) -> Iterator[str]:
    rig, order = report.rig, in_order(report)
    first = f", {short_name(order[0])} in {place_of(report, order[0])}" if order else ""
    yield f"On the bench: board, CPU, cooler, one memory module{first}. It starts and shows every part."
    yield "BIOS updated now, before the cards hide the socket and the jumpers; defaults loaded."
    if rig.memory:
        yield f"{count(rig.memory.modules, 'module')} in, {rig.memory.total_gib} GiB shown at the rated speed."
        yield "One full pass of a memory test without an error; a day and night for server memory."
    place = f" in the {rig.case.title}" if rig.case else ""
    yield f"Board on its standoffs{place}; none where the board has no hole."
    eps = rig.board.eps_required if rig.board else 1
    yield f"24-pin, {count(eps, 'EPS plug')} and the front panel plugged in before the lowest card covers them."
    is_open = rig.case is not None and rig.case.open
    if not is_open:
        yield "Fans in: intake at the front or below, exhaust at the back and top; arrows checked."
    for number, key in enumerate(order, 1):
        test = "all show" if number > 1 else "it shows"
        place = f"{named(rig, key)} in {place_of(report, key)}"
        yield f"{place}, screwed down and braced; started, {test} ({number} of {len(order)})."
    for drive in rig.drives:
        yield f"{named(rig, drive.key)} in {drive.slot_name or 'its socket'}."
    if rig.bridges:
        yield f"{count(len(rig.bridges), 'NVLink bridge')} pushed down evenly on both cards."
    yield f"No cable in a fan, no card leaning on the next one{'' if is_open else ', side panels on'}."


# ------------------------------------------------------------------ BIOS


def bios(report: Report) -> Section:
    lines = tuple((name, value, why, "", "") for name, value, why in _bios(report))
    head = ("Setting", "Set to", "Because", "Before", "After")
    return Section(
        "BIOS",
        (
            Text("Note what was set before. Names differ between makers."),
            Table(head, lines, ticks=True, shares=(22, 18, 34, 13, 13)),
        ),
    )


def _bios(report: Report) -> Iterator[tuple[str, str, str]]:
    rig, host = report.rig, host_of(report)
    yield "CSM, legacy option ROMs", "off", "Above 4G decoding does nothing while it is on"
    yield "Above 4G decoding", "on", f"{count(len(rig.cards), 'card')} map their memory above 4 GiB"
    yield "Re-Size BAR", "on", "faster loading, and needed for copies straight between cards"
    for mode in report.facts.lanes.modes if report.facts.lanes else ():
        if mode.setting and mode.selector == "bios_setting":
            yield "Lanes of the slots", mode.setting, "without it they are not shared as planned"
    split = {card.slot_name: card.riser for card in rig.cards if card.riser and card.riser.needs_split}
    for slot, riser in split.items():  # cards on one splitter share its setting
        yield f"Bifurcation of {slot}", str(riser.needs_split), f"{riser.title} shows one card otherwise"
    yield from _speeds(report)
    if len(rig.cards) > MANY_LARGE:
        yield "SR-IOV, USB4, unused controllers", "off", f"{len(rig.cards)} large cards need the address space"
    yield from _memory_settings(rig)
    if rig.cpu and rig.cpu.vendor.upper() == "AMD" and not is_windows(host):
        yield "IOMMU", "on, with iommu=pt in Linux", "card-to-card traffic faults otherwise"
    if rig.cards and rig.cpu and rig.cpu.igpu:
        yield "First display", "the CPU's graphics", "leaves the cards' memory to the model"
    yield "Fan curves", "by board temperature", "the CPU idles while the cards work"
    if host == "linux-headless":
        yield "After a power failure", "on", "the machine comes back by itself"


def _speeds(report: Report) -> Iterator[tuple[str, str, str]]:
    lanes = report.facts.lanes
    behind = [card for card in report.rig.cards if card.riser and card.slot_name]
    speeds: dict[int, list[str]] = {}
    for card in behind:
        if lanes and (link := lanes.link(card.key)):
            speeds.setdefault(link.gen, []).append(card.slot_name or "")
    for gen, slots in speeds.items():
        yield f"Speed of {listed(slots)}", f"generation {gen}", "what card, slot and riser have in common"
    if len(behind) < len(report.rig.cards):
        other = "PCIe speed of the other slots" if behind else "PCIe speed of the slots"
        yield other, "auto", "lower it only if errors are counted"


def _memory_settings(rig: Rig) -> Iterator[tuple[str, str, str]]:
    board, memory = rig.board, rig.memory
    if memory is not None and board is not None:
        single = memory.modules <= board.memory.channels
        rated = f"{memory.kit.type}-{memory.kit.speed_mts}"
        if memory.kit.form in ("RDIMM", "LRDIMM"):
            yield "Memory speed", rated, "check what the board made of it"
        elif single:
            yield "Memory profile (XMP or EXPO)", rated, "one module per channel: the rated speed may be asked for"
        else:
            yield "Memory profile (XMP or EXPO)", "off at first", "two modules per channel rarely reach the rated speed"
    if board is not None and (board.sockets > 1 or board.memory.channels >= 8):
        yield "NUMA nodes per socket (NPS)", "1", "one pool of memory for all cards"


# ------------------------------------------------------------------ first boot and driver


def first_boot(report: Report) -> Section:
    rig, host = report.rig, host_of(report)
    blocks: list[Block] = [Tick(text) for text in _system(report)]
    if "NVIDIA" in vendors(rig):
        blocks.append(Code("Every card is there, and at which link", _nvidia_look(host, rig)))
    if "AMD" in vendors(rig) and not is_windows(host):
        blocks.append(Code("Every card is there, and at which link", ("rocm-smi --showid", "rocm-smi --showbus")))
    if commands := tuple(_limit_commands(report)):
        blocks.append(Code("Power limits, once per start", commands))
        blocks.append(
            Tick("A service sets the limits at every start, after the persistence service; checked after a restart.")
        )
        blocks += [Text(text) for text in _limit_notes(rig)]
    return Section("First start, system and driver", tuple(blocks))


def _system(report: Report) -> Iterator[str]:
    rig, host = report.rig, host_of(report)
    cards = len(rig.cards)
    if host == "windows":
        yield f"Device Manager shows {count(cards, 'card')} without a warning sign."
        yield "TdrDelay set to 60 in the registry: long prompts take a card away for more than two seconds."
    elif host == "wsl2":
        yield f"nvidia-smi inside WSL2 lists {count(cards, 'card')}; .wslconfig grants the memory the model needs."
    else:
        yield f"The kernel sees {count(cards, 'card')}, and its log has no word of BARs without space, AER or Xid."
    if host == "linux-headless":
        yield "No desktop runs on the cards."
    if any(_blackwell(card.chip) for card in rig.cards) and not is_windows(host):
        yield "Driver with the open kernel modules: this generation of cards needs them."
        yield "Cards that drop out while idle: pcie_aspm=off pcie_port_pm=off on the kernel line."
    if rig.cpu and rig.cpu.vendor.upper() == "AMD" and not is_windows(host) and cards > 1:
        yield "iommu=pt on the kernel line."
    yield "Driver as new as the engine's CUDA or ROCm asks for; kernel and driver packages held at their versions."


def _blackwell(chip: Chip) -> bool:
    return chip.vendor.upper() == "NVIDIA" and chip.family == "blackwell"


def _nvidia_look(host: HostSystem, rig: Rig) -> tuple[str, ...]:
    query = "nvidia-smi --query-gpu=index,pci.bus_id,name,pcie.link.gen.current,pcie.link.width.current --format=csv"
    if is_windows(host):
        return (query,)
    return (
        f"lspci | grep -ci 'vga.*nvidia\\|3d.*nvidia'    # {len(rig.cards)}",
        "sudo dmesg | grep -iE 'no space|AER|NVRM|Xid'   # nothing",
        query,
    )


def _limit_commands(report: Report) -> Iterator[str]:
    rig, host = report.rig, host_of(report)
    limited = [(number, card) for number, card in enumerate(rig.cards) if card.limit_w is not None]
    if not limited:
        return
    nvidia = [(number, card) for number, card in limited if card.chip.vendor.upper() == "NVIDIA"]
    before = "" if is_windows(host) else "sudo "
    if nvidia and not is_windows(host):
        yield "sudo nvidia-smi -pm 1"
    if nvidia and len(nvidia) == len(rig.cards) and len({card.limit_w for _, card in nvidia}) == 1:
        yield f"{before}nvidia-smi -pl {nvidia[0][1].limit_w}"
    else:
        yield from (f"{before}nvidia-smi -i {number} -pl {card.limit_w}    # {card.label}" for number, card in nvidia)
    for number, card in limited:
        if card.chip.vendor.upper() == "AMD":
            yield f"{before}rocm-smi -d {number} --setpoweroverdrive {card.limit_w}    # {card.label}"


def _limit_notes(rig: Rig) -> Iterator[str]:
    if len({card.limit_w for card in rig.cards}) > 1:
        yield "Numbers count the cards by bus address, which need not be the order of this plan: compare bus ids first."
    for card in rig.cards:
        lowest = card.chip.min_limit_w
        if card.limit_w is not None and lowest is not None and card.limit_w < lowest:
            yield f"{card.label} accepts no limit below {lowest} W; {card.limit_w} W will be refused."


# ------------------------------------------------------------------ verification


def verification(report: Report) -> Section:
    steps = [*_machine_tests(report), *_card_tests(report), *_model_tests(report)]
    lines = tuple((str(number), what, tool, accept, "") for number, (what, tool, accept) in enumerate(steps, 1))
    return Section(
        "Verification",
        (
            Text("Each step passes before the next. The figures are worked out for this build."),
            Table(
                ("", "Step", "With", "Accept", "Measured"),
                lines,
                ticks=True,
                right="r",
                shares=(5, 19, 25, 36, 15),
            ),
        ),
    )


def _machine_tests(report: Report) -> Iterator[tuple[str, str, str]]:
    rig, lanes = report.rig, report.facts.lanes
    if rig.memory:
        yield "Memory", "memtest86", f"{rig.memory.total_gib} GiB, no error"
        if accept := _memory_speed(rig):
            yield "Memory speed", "STREAM Triad or Intel MLC", accept
    for link in lanes.links if lanes else ():
        accept = f"{show_link(link.gen, link.width)} while the card works (idle shows generation 1)"
        yield f"Link of {short_name(link.gpu)}", "nvidia-smi, lspci -vv", accept
    if rig.cards:
        yield "Link errors", "aer_dev_correctable, rasdaemon", "counters stand still over an hour of load"
    if lanes and lanes.pairs:
        yield "Topology", "nvidia-smi topo -m", _topology(lanes.pairs)
    for gpus, floor in _copies(report):
        yield f"Host copies, {gpus}", "nvbandwidth", f"at least {show_gb_s(floor)} each way"
    if lanes and (pair := lanes.slowest_pair()):
        floor = PAIR_SHARE * pair.gb_s
        name = f"{short_name(pair.a)} ↔ {short_name(pair.b)}"
        yield "Copies between cards", "p2pBandwidthLatencyTest", f"slowest pair ({name}): at least {show_gb_s(floor)}"
    if rig.workload and rig.workload.split == "tensor" and len(rig.cards) > 1:
        yield "Collectives", "nccl-tests all_reduce_perf", "runs through, small sizes and large"


def _memory_speed(rig: Rig) -> str:
    work, cpu = rig.workload, rig.cpu
    if cpu is None or work is None or not (work.offload_layers or work.offload_experts):
        return ""
    if cpu.measured_memory_gb_s is None:
        return "note it: no published figure for this CPU is known"
    return f"at least {show_gb_s(READ_SHARE * cpu.measured_memory_gb_s)}"


def _topology(pairs: tuple[PairPath, ...]) -> str:
    marks = {"nvlink": "NV", "switch": "PIX or PXB", "cpu": "PHB or NODE", "chipset": "PHB", "sockets": "SYS"}
    ways: dict[str, list[str]] = {}
    for pair in pairs:
        ways.setdefault(pair.kind, []).append(f"{short_name(pair.a)} ↔ {short_name(pair.b)}")
    if len(ways) == 1:
        return f"{marks[pairs[0].kind]} between all cards"
    return "; ".join(f"{marks[kind]} for {listed(names)}" for kind, names in ways.items())


def _copies(report: Report) -> Iterator[tuple[str, float]]:
    """Cards with the same floor in one line."""
    lanes = report.facts.lanes
    floors: dict[float, list[str]] = {}
    for link in lanes.links if lanes else ():
        floors.setdefault(round(COPY_SHARE * link.path_gb_s, 1), []).append(short_name(link.gpu))
    yield from ((listed(gpus), floor) for floor, gpus in floors.items())


def _card_tests(report: Report) -> Iterator[tuple[str, str, str]]:
    rig, power = report.rig, report.facts.power
    if not rig.cards:
        return
    together = "Card under load" if len(rig.cards) == 1 else f"{len(rig.cards)} cards together"
    closed = "" if rig.case and rig.case.open else ", side panels on"
    yield "Each card alone", "gpu-burn, 30 min; used cards 24 h", "no error, below its throttle temperature"
    yield f"{together}{closed}", "gpu-burn, 1 to 2 h", "temperatures level off, no link error, no restart"
    yield "Load steps", "start and stop the load 50 times", "no power-off"
    for supply in power.supplies if power else ():
        yield f"Load of {short_name(supply.psu)}", "nvidia-smi and CPU power, summed", _supply_load(supply, report)
    if power and power.wall:
        yield "At the wall", "plug-in meter", _wall_load(power.wall)


def _supply_load(supply: SupplyLoad, report: Report) -> str:
    share = 1 - report.facts.policy.spare_percent / 100
    most = f"{show_w(share * supply.rated_w)}, {percent(share)} of {show_w(supply.rated_w)}"
    if supply.share > share:
        return f"planned are {show_w(supply.sustained_w)}, more than {most}: lower the limits before the burn"
    return f"about {show_w(supply.sustained_w)}; never above {most}, for hours"


def _wall_load(wall: Wall) -> str:
    first = f"about {show_w(wall.typical_w)} while generating"
    most = f"{show_w(wall.continuous_w)} for hours"
    if wall.sustained_w > wall.continuous_w:
        return f"{first}; the burn would draw {show_w(wall.sustained_w)}, more than {most}: lower the limits first"
    return f"{first}, {show_w(wall.sustained_w)} in the burn; never above {most}"


def _model_tests(report: Report) -> Iterator[tuple[str, str, str]]:
    rig, fit, speed = report.rig, report.facts.memory, report.facts.throughput
    if rig.workload is None or not isinstance(fit, Memory) or not fit.fits:
        return
    context = f"{rig.workload.context:,} tokens"
    yield "Model loads, longest prompt", f"the engine, prompt of {context}", "no out-of-memory; the text makes sense"
    for share in fit.cards:
        accept = (
            f"about {show_gib(gib(share.used))} used, {show_gib(gib(share.free))} free of {show_gib(gib(share.usable))}"
        )
        yield f"Memory of {short_name(share.device)}", "nvidia-smi" if "NVIDIA" in vendors(rig) else "rocm-smi", accept
    if speed is not None:
        yield "Decode", f"{speed.engine}, {speed.depth:,} tokens deep", f"{range_words(speed.decode_tok_s)} per user"
        yield "Prefill", f"prompt of {rig.workload.prompt:,} tokens", range_words(speed.prefill_tok_s)
        first = f"{show_s(speed.ttft_s.low)} to {show_s(speed.ttft_s.high)}"
        yield "First token", "the same prompt", first
    yield "Soak", "5 conversations, 25 min; servers 24 to 48 h", "memory grows by less than 200 MiB, no Xid"
    yield "Record", "this sheet", "parts, BIOS, links, temperatures, tok/s and watts kept with the build"
