# 密级与知悉范围
secrecy-class = 密级
secrecy-class-internal = 内部
secrecy-class-work-secret = 工作秘密
secrecy-named-only = 限定知悉
secrecy-class-and-named = { $class } · 限定知悉
secrecy-readers = 谁看过
secrecy-reader = 人员
secrecy-readings = 次数
secrecy-last-read = 最近一次
secrecy-readers-none = 定密之后还没有人看过
secrecy-readers-foot = 定密之后每次查看都记入账本，看得到这一件的人都能看到这张表。
secrecy-open-to-reach = 权限之内的全部人员
