// Package book draws up what schools keep on paper or owe to other systems from what was
// called once: the month of a class for its book of attendance (sổ theo dõi và đánh giá học
// sinh, phần theo dõi chuyên cần; in kindergarten sổ theo dõi trẻ), the homeroom teacher's
// book (sổ chủ nhiệm), the absences of the class log (sổ ghi đầu bài), the register of pupils
// (sổ đăng bộ), and the month's marks as columns that SMAS and vnEdu know.
//
// Law: TT 32/2020/TT-BGDĐT Điều 21 (books of lower and upper secondary schools), TT
// 28/2020/TT-BGDĐT Điều 21 (primary), TT 52/2020/TT-BGDĐT Điều 22 (kindergarten) name the
// books; none fixes the columns of attendance, so these are ours. The columns of SMAS and
// vnEdu are what their users describe; neither maker publishes them.
//
// A book shows P, K, ? and M and never a cause: causes stay in the product. Pages and the
// command line enter.
package book
