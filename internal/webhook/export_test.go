package webhook

// DeliverWithin is Deliver with less patience.
var DeliverWithin = deliver

// Inside says whether an address is refused.
var Inside = inside
