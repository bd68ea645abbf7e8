"""Constants, conversions, and how a number is shown with its unit. The only place that converts."""

MIB = 2**20
GIB = 2**30
GB = 10**9
SLOT_PITCH_MM = 20.32
"""Distance between two expansion slots (ATX specification)."""
BTU_PER_HOUR_PER_W = 3.412

GB_S_PER_LANE = {1: 0.25, 2: 0.5, 3: 0.985, 4: 1.969, 5: 3.938, 6: 7.563}
"""PCIe bandwidth per lane, one direction, after line coding and before packet headers."""
PRACTICAL_SHARE = 0.85
"""Share of the raw figure that copies reach; measured 0.82 to 0.89 on generations 3 to 5."""


def pcie_gb_s(gen: int, width: int) -> float:
    """Raw bandwidth of a link in GB/s, one direction."""
    return GB_S_PER_LANE[gen] * width


def gib(size_bytes: float) -> float:
    return size_bytes / GIB


def mib(size_bytes: float) -> float:
    return size_bytes / MIB


def show_w(watts: float) -> str:
    return f"{watts:,.0f} W"


def show_gib(amount_gib: float) -> str:
    return f"{amount_gib:,.1f} GiB"


def show_mm(millimetres: float) -> str:
    return f"{millimetres:,.0f} mm" if abs(millimetres - round(millimetres)) < 0.05 else f"{millimetres:,.1f} mm"


def show_gb_s(rate: float) -> str:
    return f"{rate:,.1f} GB/s"


def show_tok_s(rate: float) -> str:
    """Three significant digits: more would promise what no estimate holds."""
    return f"{rate:,.0f} tok/s" if rate >= 100 else f"{rate:.1f} tok/s"


def show_s(seconds: float) -> str:
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.1f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def show_tokens(tokens: int) -> str:
    """8192 -> 8K, 131072 -> 128K; other counts in full."""
    return f"{tokens // 1024}K" if tokens >= 1024 and tokens % 1024 == 0 else f"{tokens:,}"


def show_money(cents: int, currency: str = "USD") -> str:
    sign = {"USD": "$", "EUR": "€", "GBP": "£"}.get(currency, f"{currency} ")
    return f"{sign}{cents / 100:,.0f}" if cents % 100 == 0 else f"{sign}{cents / 100:,.2f}"


def show_link(gen: int, width: int) -> str:
    """As builders write it: 4.0 x8."""
    return f"{gen}.0 x{width}"
