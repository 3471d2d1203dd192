"""`python -m addin.build`: write `addin/carnet.xlam`."""

from addin.build import SOURCE, XLAM
from addin.build.assemble import assemble, shipped_modules, working_ribbon
from addin.build.ribbon import read_ribbon

if __name__ == "__main__":
    XLAM.write_bytes(assemble(shipped_modules()))
    kept = working_ribbon().buttons()
    left_out = [button for button in read_ribbon(SOURCE / "ribbon.toml").buttons() if button not in kept]
    print(f"{XLAM.name}: {XLAM.stat().st_size} bytes, {len(kept)} buttons")
    if left_out:
        print("left out, no such function in addin/macros.py:", ", ".join(left_out))
