/**
 * Whether those who act may be named to those who see it (spec: "Publisher Identification", "Caller Identification").
 * `allow`: where they ask for it; `force`: always; `refuse`: never, and who asks for it is refused.
 */
export type DisclosureRule = 'allow' | 'force' | 'refuse';
