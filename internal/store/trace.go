package store

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

// traced makes a transaction a span of the answer that it is for, when that is traced:
// waiting for the writer, the work and the commit. It holds no statement and no value.
func traced(ctx context.Context, name string) (context.Context, func()) {
	parent := trace.SpanFromContext(ctx)
	if !parent.IsRecording() {
		return ctx, func() {}
	}
	ctx, span := parent.TracerProvider().Tracer("ralop/store").Start(ctx, name)
	return ctx, func() { span.End() }
}
