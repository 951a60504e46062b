// region part
let a = 1;
// endregion
foo();
// region part
  bar();
// endregion part
