"""PCIe links: widths, sharing, chipset lanes, risers."""
