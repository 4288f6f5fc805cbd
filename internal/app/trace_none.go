//go:build !otlp

package app

import (
	"context"

	"ralop/internal/fault"
)

// StartTraces refuses: the exporter draws in gRPC and its reflection, so it is built in only
// where it is wanted (make build TAGS=otlp). Fault: app.no-traces.
func StartTraces(context.Context, string) (stop func(context.Context) error, err error) {
	return nil, fault.New(fault.Unsupported, "app.no-traces", nil)
}
