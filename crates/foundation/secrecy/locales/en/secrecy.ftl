# Class, and who may know
secrecy-class = Class
secrecy-class-internal = internal
secrecy-class-work-secret = work secret
secrecy-named-only = named officers only
secrecy-class-and-named = { $class } · named officers only
secrecy-readers = Who has read it
secrecy-reader = Officer
secrecy-readings = Times
secrecy-last-read = Last
secrecy-readers-none = Nobody since it was classified
secrecy-readers-foot = Since it was classified each reading is an act in the ledger; whoever reads this sees this table.
secrecy-open-to-reach = all within whose reach it lies
