package upkeep_test

import (
	"context"
	"net/url"
	"testing"
	"time"

	"ralop/internal/apptest"
	"ralop/internal/day"
	"ralop/internal/store"
	"ralop/internal/upkeep"
	web "ralop/internal/web/upkeep"
)

func TestTheKeeperSeesWhatCameOfCopiesAndAsksForMore(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		enter := apptest.Doors(t, h, web.Routes()...)
		quan := enter(apptest.Quan)
		enter(apptest.Hoa).Get(web.Address).Want(t, 403)
		enter(apptest.Hoa).Post(web.Address+"/sao-luu", url.Values{}).Want(t, 403)
		quan.Get(web.Address).Want(t, 200, "Chưa có bản sao nào", "Chưa lần nào diễn tập", "--copies")

		quan.Post(web.Address+"/sao-luu", url.Values{}).Want(t, 303)
		quan.Post(web.Address+"/sao-luu", url.Values{}).Want(t, 409, "đang được làm")
		quan.Post(web.Address+"/dien-tap", url.Values{}).Want(t, 303)
		quan.Get(web.Address).Want(t, 200, "Đang chờ")

		at := day.InstantOf(time.Date(2026, 3, 2, 1, 5, 0, 0, day.Place))
		note := func(kind string, result any, failed bool) {
			h.Write(t, func(ctx context.Context, tx *store.Tx) error {
				run, err := upkeep.Asked(ctx, tx, apptest.Realm, kind)
				if err != nil {
					return err
				}
				return upkeep.Note(ctx, tx, apptest.Realm, run, kind, result, failed)
			})
		}
		note(upkeep.CopyRun, upkeep.Copy{At: at, Folder: "ralop-20260302-010500", Bytes: 42 << 20, Sheets: 1234}, false)
		note(upkeep.RehearsalRun, upkeep.Rehearsal{At: at, Copy: "ralop-20260302-010500", MadeAt: at, Took: 3 * time.Second, Differences: []string{"sheets: 3, 4"}}, false)
		quan.Get(web.Address).Want(t, 200, "01:05 02/03/2026", "ralop-20260302-010500", "1.234", "42 MB", "Không đạt", "1 chỗ khác nhau")

		note(upkeep.RehearsalRun, upkeep.Rehearsal{At: at, Error: upkeep.NoScratch}, true)
		quan.Get(web.Address).Want(t, 200, "ralop backup rehearse --scratch")
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			return upkeep.NoteStream(ctx, tx, apptest.Realm, upkeep.Stream{At: at, Place: "s3://kho/huyen", Whole: true, Last: at})
		})
		quan.Get(web.Address).Want(t, 200, "s3://kho/huyen")
	})
}
