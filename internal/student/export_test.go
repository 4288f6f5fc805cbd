package student

// Forgotten are the places of pupils' ids at which Purge does something, by what: goes, wordless, unlinked.
func Forgotten() map[string][][2]string {
	all := map[string][][2]string{}
	for _, p := range places {
		for keep, name := range map[keeping]string{goes: "goes", wordless: "wordless", unlinked: "unlinked"} {
			if p.keep == keep {
				all[name] = append(all[name], [2]string{p.table, p.column})
			}
		}
	}
	return all
}

// Words are the columns with texts of a table that Purge empties.
func Words(table string) []string {
	for _, p := range places {
		if p.table == table && p.keep == wordless {
			return p.words
		}
	}
	return nil
}
