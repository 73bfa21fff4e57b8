/** Where a finished round leads to: the next station, once it is known. */
class WalkOn {
  to = $state.raw<{ href: string; label: string }>();
}

export const walkOn = new WalkOn();
